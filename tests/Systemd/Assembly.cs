// each class has a machine of its own, and one at a time is enough for a small computer
[assembly: CollectionBehavior(DisableTestParallelization = true)]
