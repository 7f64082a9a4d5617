"""One module a format. See ``boundary.extract`` for the contract that each of them fulfils."""
