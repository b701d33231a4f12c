"""Looks without a program behind them: text as in forms and on displays, and the contest's round one."""
