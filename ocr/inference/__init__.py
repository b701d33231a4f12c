"""Reading images: which model, its network, and everything between an image and a Recognition."""
