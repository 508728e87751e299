"""What a level claims of itself, and the check of it: `scalegame prove`.

builds    what is played: the level's own proofs, and the lazy ways made from them
jobs      a build over some of the seeds, as a piece of work for another process or machine
lead      how long before the first loss a player is warned, and how long the remedies take
judging   from what came of it to what is wrong with the level
proving   all of it, on whatever runs jobs; told in a table or as JSON by report
"""
