"""Small autoencoders: denoising of pictures and of captchas, and reconstruction of fingerprints.

Nothing of the reader imports this. The modules that train or apply networks need the extra `train`, and share the
training loop and the model folders with `classifiers`.
"""
