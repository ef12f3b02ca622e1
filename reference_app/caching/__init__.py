"""Rendered answers in Redis, keyed by generations, so that no acknowledged write is ever followed by an older answer.

keys         every key and every topic, in one place
store        the connection to Redis: short time-outs, no pickles
generations  which generation of a topic is current; a write moves it on
pending      moves that are recorded with the write, until Redis has seen them
trust        whether what Redis says may be believed at the moment
answers      cached answer or fresh one, produced once however many wait for it
http         Cache-Status, ETag, Cache-Control and Vary of such an answer
"""
