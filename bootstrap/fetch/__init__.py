"""From a Source to verified bytes, and from bytes to a directory a build can work in.

fetcher.py      a source looked for in the cache, in local directories, at its origins
cache.py        files by sha256; how a file grows aside until it is verified
collect.py      everything that a target needs, as one directory with a SHA256SUMS
origin.py       what every kind of origin shares: how it fails, how long it is waited for
  local.py        a directory given by the user
  https.py        an https address
  debian.py       a Debian archive, through the host's apt
lay.py          a Source or Files laid out in a build's directory
unpack.py       an archive's members written into a directory; the table of formats
  member.py       what a format gives: members, and the bounds they must keep
  names.py        which member names and link targets may be
  decompress.py   gzip, bzip2, xz, zstd as one bounded stream
  tar.py  zip.py  deb.py
  tree_writer.py  members on disk, never through a link
patch.py        a patch applied, all of it or nothing
  patch_text.py   a unified diff as values
beneath.py      an open directory that is never left
"""
