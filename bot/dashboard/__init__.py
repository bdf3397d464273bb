"""The officers' page of figures: entered by a one-time link from the chat, plain HTML, no script, good on paper."""
