[assembly: TestCollectionOrderer("OrleansRelease.Grains.Tests.Harness.LongestFirst", "OrleansRelease.Grains.Tests")]
