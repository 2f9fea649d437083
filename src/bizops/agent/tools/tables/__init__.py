"""Tables as people export them: separators, signs, languages, currencies, dates."""
