"""Rendered answers in Redis, keyed by generations, so that no acknowledged write is ever followed by an older answer.

keys         every topic, key and lifetime of the cache
cache_store  the connection to Redis: short time-outs, no pickles
generations  the current generation of each topic; a write moves it on
pending      moves that are recorded with the write, until Redis has seen them
trust        the trust of this process in what Redis answers
answers      a cached answer or a fresh one, produced once however many wait for it
http         Cache-Status, ETag, Cache-Control and Vary of such an answer
"""
