"""Personal data in comments: found as it is typed, masked or justified before a session is finalised.

`rules.find` and `rules.mask` mark and hide; `doors.offered` names where a story should go first.
The browser runs the same rules: static/pii.js with static/pii-rules.js. Explained in docs/pii.md.
"""
