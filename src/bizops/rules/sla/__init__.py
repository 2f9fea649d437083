"""The clocks of an issue: calendar, clock, history, ladder. Pure: timeline, policy and now come in, values go out.

Instants are whole seconds since 1970 in UTC (`int`), targets and elapsed times are business seconds.
"""
