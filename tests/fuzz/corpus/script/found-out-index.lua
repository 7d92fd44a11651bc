return {
channels = 2,
start = function(self) end,
done = function(self) return false end,
render = function(self, out, n)
for i = 1, n do out.left[1e17] = i end
end,
}
