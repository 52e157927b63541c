-- What the interpreter must get right whatever compiled it. Prints "ok".

-- numbers: two kinds, and conversions between them
assert(2^53 == 9007199254740992.0 and math.type(2^53) == "float")
assert(7 // 2 == 3 and -7 // 2 == -4 and -7 % 3 == 2 and 7.5 // 2 == 3.0)
assert(math.maxinteger + 1 == math.mininteger and math.mininteger // -1 == math.mininteger)
assert(1 < 1.5 and math.maxinteger < 2^63 and math.maxinteger + 0.0 == 2^63)
assert(tostring(0.1) == "0.1" and tostring(1e15) == "1e+15" and tostring(-0.0) == "-0.0")
assert(tonumber("0x1p-1074") == 2^-1074 and tonumber("0x.8p1") == 1.0 and tonumber("1e309") == math.huge)
assert(string.format("%.14g %a %5.2f %d", 0.1, 1.0, -2.345, 3.0) == "0.1 0x1p+0 -2.35 3")
assert(0 / 0 ~= 0 / 0 and math.ult(1, -1) and 5 // 0.0 == math.huge and math.tointeger(3.0) == 3)
assert(1 << 63 == math.mininteger and 1 << 64 == 0 and -1 >> 63 == 1 and ~0 == -1 and 6 ~ 3 == 5)

-- strings
assert(("x"):rep(3, ",") == "x,x,x" and ("abc"):byte(-1) == 99 and #"a\0b" == 3)
assert(("key = value"):match("^(%w+)%s*=%s*(%w+)$") == "key")
assert(("hello"):gsub("l+", function(s) return #s end) == "he2o")
assert(string.pack("<i4>d", -2, 1.5) == "\xfe\xff\xff\xff\x3f\xf8\0\0\0\0\0\0")
assert(select(2, string.unpack("<Bz", "\7seven\0")) == "seven")
assert(utf8.char(228, 8364) == "ä€" and utf8.len("ä€") == 2)

-- functions, closures, errors, coroutines
local function counter() local n = 0; return function() n = n + 1; return n end end
local c = counter(); c(); assert(c() == 2)
local ok, message = pcall(error, { code = 5 })
assert(not ok and message.code == 5)
assert(select("#", table.unpack({ 1, nil, 3 }, 1, 3)) == 3)
local squares = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end end)
assert(squares() + squares() + squares() == 14)
local function deep(n) if n == 0 then return "down" end return deep(n - 1) end
assert(deep(100000) == "down")
assert(not pcall(function() local function f() return 1 + f() end return f() end))

-- tables, metatables, garbage
local v = setmetatable({}, { __index = function(_, k) return k * 2 end, __call = function(_, x) return x end,
  __concat = function() return "joined" end, __len = function() return 42 end, __close = function() end })
assert(v[21] == 42 and v(7) == 7 and v .. 1 == "joined" and #v == 42)
local list = {}
for i = 1, 1000 do list[i] = (i * 7919) % 1009 end
table.sort(list)
for i = 2, 1000 do assert(list[i - 1] <= list[i]) end
local weak = setmetatable({ {} }, { __mode = "v" })
collectgarbage()
assert(weak[1] == nil)
do local closed = false; do local x <close> = setmetatable({}, { __close = function() closed = true end }) end assert(closed) end
for i = 1, 3 do if i == 2 then goto continue end assert(i ~= 2) ::continue:: end

print("ok")
