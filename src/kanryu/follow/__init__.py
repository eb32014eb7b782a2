"""Where the money goes: loops, own money, circulation and what deals do to their parties."""
