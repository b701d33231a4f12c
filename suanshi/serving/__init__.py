"""The HTTP service (`suanshi serve`) and its web page; FastAPI and uvicorn come with the extra "serve"."""
