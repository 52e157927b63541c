// What a C++ compiler of 1998 owes: templates, containers, streams, exceptions and run-time types across them.

#include <algorithm>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

struct shape { virtual double area () const = 0; virtual ~shape () {} };
struct square : shape { double side; square (double s) : side (s) {} double area () const { return side * side; } };
struct guard { int &count; guard (int &c) : count (c) {} ~guard () { ++count; } };

static int unwound;

static void fail (int depth)
{
    guard here (unwound);
    if (depth == 0)
        throw std::out_of_range ("deep");
    fail (depth - 1);
}

int main ()
{
    std::map<std::string, std::vector<int> > numbers;
    for (int i = 9; i >= 0; --i)
        numbers[i % 2 ? "odd" : "even"].push_back (i);
    std::sort (numbers["odd"].begin (), numbers["odd"].end ());
    std::ostringstream text;
    for (std::map<std::string, std::vector<int> >::iterator i = numbers.begin (); i != numbers.end (); ++i)
        text << i->first << i->second.size () << i->second[0];
    if (text.str () != "even58odd51")
        return 1;
    try {
        fail (9);
    } catch (std::exception &error) {
        if (std::string (error.what ()) != "deep" || unwound != 10)
            return 2;
    }
    shape *shape = new square (1.5);
    if (!dynamic_cast<square *> (shape) || shape->area () != 2.25)
        return 3;
    delete shape;
    std::cout << "ok" << std::endl;
}
