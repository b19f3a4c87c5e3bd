// Two classes at a time: for most of what they take they wait for rollouts to go their way. Those that promise a time,
// or look at what goes on in this very process, come when the others are over, one at a time: see Alone.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: TestCollectionOrderer(
    "OrleansRelease.EndToEnd.Tests.Harness.LongestFirst", "OrleansRelease.EndToEnd.Tests")]
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
