from hypothesis import settings

# The same examples in every run, and no failure by the clock on a busy machine.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")
