"""Parts that the engines on this machine share."""
