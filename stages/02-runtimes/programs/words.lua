-- words [FILE...]: the words of the files (or of standard input), most frequent first.

local count = {}

local function read(file)
  for line in file:lines() do
    for word in line:lower():gmatch("[%a\128-\255']+") do
      count[word] = (count[word] or 0) + 1
    end
  end
end

if #arg == 0 then
  read(io.stdin)
end
for _, name in ipairs(arg) do
  local file = assert(io.open(name))
  read(file)
  file:close()
end

local words = {}
for word in pairs(count) do
  words[#words + 1] = word
end
table.sort(words, function(a, b)
  if count[a] ~= count[b] then return count[a] > count[b] end
  return a < b
end)
for _, word in ipairs(words) do
  print(count[word], word)
end
