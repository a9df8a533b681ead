"""The short-lived program: reads a window, tells its facts, renders and delivers the card, records it, exits."""
