[assembly: TestCollectionOrderer("OrleansRelease.Grains.Tests.Harness.SharedFirst", "OrleansRelease.Grains.Tests")]
