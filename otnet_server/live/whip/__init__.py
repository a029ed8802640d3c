"""The WHIP server (RFC 9725), in a process of its own: `python -m otnet_server.live.whip OPTIONS`.

RTP and SRTP in Python cost a tenth of a core for 2 Mbit/s, and the library reads what anybody sends; so it is not in
the process of the web server. The two processes talk over stdin and stdout (`frames.py`).
"""
