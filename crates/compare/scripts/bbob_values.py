#!/usr/bin/env python3
"""Values of BBOB's functions by COCO, for the test `bbob.rs`.

    python3 -m venv venv && venv/bin/pip install coco-experiment==2.8.2
    venv/bin/python bbob_values.py > ../tests/promises/bbob.csv

A row for each function, instance, dimension and point. Coordinate i of a point (from 0) is `((7 i + 5 i² + 3) mod 17 - 8)
scale`, to the bit; 0.75 leads outside the domain. Rows with `least` have the least value and the optimal point. The last
row is a dimension above 64, from which on f8 has a factor above 1.
"""

import importlib.metadata

import cocoex


def point(n, scale):
    return [((7 * i + 5 * i * i + 3) % 17 - 8) * scale for i in range(n)]


print(f"# coco-experiment {importlib.metadata.version('coco-experiment')}")
print("function,instance,n,scale,value,point")
for function in range(1, 25):
    for instance in (1, 3):
        for n in (2, 5, 20):
            problem = cocoex.BareProblem("bbob", function, n, instance)
            for scale in (0.0, 0.5, 0.75):
                print(f"{function},{instance},{n},{scale},{problem(point(n, scale))!r},")
        problem = cocoex.BareProblem("bbob", function, 5, instance)
        optimal = " ".join(repr(float(x)) for x in problem.best_parameter())
        print(f"{function},{instance},5,least,{float(problem.best_value())!r},{optimal}")
print(f"8,1,100,0.5,{cocoex.BareProblem('bbob', 8, 100, 1)(point(100, 0.5))!r},")
