"""`gguf/<file>`: llama.cpp inside this machine's own processes."""
