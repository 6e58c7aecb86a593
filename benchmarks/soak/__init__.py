"""Runs real client processes through a failing token endpoint and judges them from outside.

``python -m benchmarks.soak`` (``make soak``) starts the sandbox, four processes with threads and an
asyncio loop that make RPCs all the time, and a driver that switches faults of the token endpoint
on and off by a plan that a seed repeats. Token requests go through a `Witness`, which stands
between clients and sandbox and writes down every request and every token. Nothing that the
library says of itself is used. Three numbers come out, and the first two decide:

1. **Failed RPCs while a usable token existed: 0.** A failed RPC counts if at the moment it failed
   there was a token that was issued to this client (all processes are one client with one store),
   whose reply had been sent to its last byte, to a client that had not closed it, before the RPC
   began, that was not revoked, and that was before its usable end: the ``exp`` that the sandbox
   signed, minus 10 s or 5 % of its lifetime, whichever is less. Moments stand on the wall clock,
   which all processes of a machine share. Which process fetched the token makes no difference:
   the others can find it in the store.
2. **Token requests per host: at most 1.2 x duration / refresh interval.** The interval is 75 % of
   the lifetime (the middle of the policy's 70-80 %). The lifetime is the one that tokens had, not
   the one asked for: the sandbox signs whole seconds, so that of 3 s half a second is over on
   average when a token arrives; both are shown. Requests are counted apart by what became of
   them: answered with a token (of these: between a revocation and the first token after it),
   and faulted by the driver (answered with its error, or held until the client closed). A faulted
  request brings no token and comes in addition to those that do. In 120 s with tokens of 3 s the
  limit has room for about 12 of them. An outage of 3 s, as long as such a token lives, makes each
  of four processes ask once at the least and three times at the most, and the plan has four or
  five outages. So the limit applies to all requests where all fit, else to those that the driver
  did not fault, and both numbers are shown. An error or a lost client outside of a fault is never
  excused. A run of less than a minute has room for three more, which don't weigh in a longer one:
  its first token, the early refresh of that (at 20-80 % of its life), and a revocation.
3. **RPCs made in total**, and those that failed without a usable token, by kind of error.

A client process that ends early or not at all fails the run too.
"""
