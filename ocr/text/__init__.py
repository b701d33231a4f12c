"""Characters and language, without a picture in sight: vocabulary, grammar, expressions, decoding."""
