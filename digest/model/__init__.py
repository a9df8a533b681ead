"""The language model: a budget, a prompt, a client, and a verifier that nothing unsupported passes."""
