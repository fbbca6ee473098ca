"""A turn's way through this process, from the stored claim to the stored end.

- `lifecycle`: start and drain all of it with the process
- `generations`: the replies being written now: begin, find, stop
- `run`: the workflow of one reply: place, prompt, stream, outcome
- `call`, `outcome`: what becomes known of the call, and how the reply ended
- `live`: one reply while it is being written: its text and who waits for more
- `viewing`: one viewer of one reply: snapshot, deltas at the viewer's pace, end
- `checkpoints`: texts and leases into the database, twice a second
- `prompt`: a branch of messages as a completion request
- `trimming`, `tokens`: what of a branch goes up when the model cannot take it all
- `judging`: what a finished reply is stored as, and whether JSON that was asked for is JSON
- `together`: one call for several replies, when a person asks for more than one
- `slots`: how many replies are written at a time
- `upstream`: the one client to the completions server
- `catalogue`: the models that this server lists
"""
