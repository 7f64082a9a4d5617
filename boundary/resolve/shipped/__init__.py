"""Which service uses what of the code that several ship: of a library only what somebody asks for does anything."""
