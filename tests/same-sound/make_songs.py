#!/usr/bin/env python3
"""Writes ten MIDI files that touch what General MIDI has: make_songs.py FOLDER. The same bytes every time."""
import random, struct, sys, os

def vlq(n):
    out = [n & 127]
    while n > 127:
        n >>= 7
        out.append((n & 127) | 128)
    return bytes(reversed(out))

class Track:
    def __init__(self): self.events = []
    def at(self, tick, *data): self.events.append((tick, len(self.events), bytes(data)))
    def note(self, tick, length, ch, key, vel):
        self.at(tick, 0x90 | ch, key, vel); self.at(tick + length, 0x80 | ch, key, 64)
    def bytes(self):
        last, out = 0, b''
        for tick, _, data in sorted(self.events):
            out += vlq(tick - last) + data; last = tick
        out += vlq(0) + b'\xff\x2f\x00'
        return b'MTrk' + struct.pack('>I', len(out)) + out

def write(path, tracks, division=480):
    with open(path, 'wb') as f:
        f.write(b'MThd' + struct.pack('>IHHH', 6, 1 if len(tracks) > 1 else 0, len(tracks), division))
        for t in tracks: f.write(t.bytes())

def song(number):
    r = random.Random(1000 + number)
    conductor = Track()
    for i in range(r.randint(1, 4)):
        us = int(60e6 / r.uniform(80, 180)); conductor.at(i * 1920, 0xff, 0x51, 3, us >> 16, us >> 8 & 255, us & 255)
    tracks = [conductor]
    for part in range(r.randint(2, 6)):
        ch = 9 if part == 1 else r.choice([c for c in range(16) if c != 9])
        t = Track()
        if ch != 9: t.at(0, 0xc0 | ch, r.randrange(128))
        t.at(0, 0xb0 | ch, 7, r.randint(60, 127)); t.at(0, 0xb0 | ch, 10, r.randrange(128))
        tick, end = 0, 480 * 4 * 5
        while tick < end:
            kind = r.random()
            if kind < 0.7:
                key = r.randint(27, 87) if ch == 9 else r.randint(36, 96)
                for k in range(r.choice([1, 1, 1, 3])):
                    t.note(tick, r.choice([0, 30, 120, 240, 960]), ch, min(127, key + 4 * k), r.randint(20, 127))
            elif kind < 0.76: t.at(tick, 0xe0 | ch, r.randrange(128), r.randrange(128))
            elif kind < 0.82: t.at(tick, 0xb0 | ch, r.choice([1, 11, 74, 71]), r.randrange(128))
            elif kind < 0.87: t.at(tick, 0xb0 | ch, 64, r.choice([0, 127]))
            elif kind < 0.91: t.at(tick, 0xd0 | ch, r.randrange(128))
            elif kind < 0.93 and ch != 9: t.at(tick, 0xc0 | ch, r.randrange(128))
            elif kind < 0.95: t.at(tick, 0xb0 | ch, r.choice([126, 127, 65]), r.choice([0, 127]))
            elif kind < 0.97:
                for c, v in ((101, 0), (100, 0), (6, r.choice([2, 12, 24]))): t.at(tick, 0xb0 | ch, c, v)
            tick += r.choice([60, 120, 240, 480])
        t.at(end, 0xb0 | ch, 64, 0)
        tracks.append(t)
    return tracks

folder = sys.argv[1]; os.makedirs(folder, exist_ok=True)
for n in range(10): write(f'{folder}/song-{n}.mid', song(n), [480, 96, 960][n % 3])
