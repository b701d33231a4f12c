"""Round one of the contest, and the `captcha` library that drew it: characters, looks, samples."""
