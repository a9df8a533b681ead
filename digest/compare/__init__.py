"""The comparison: what is new, what is back, what comes every night, and what is worse than on nights like this one."""
