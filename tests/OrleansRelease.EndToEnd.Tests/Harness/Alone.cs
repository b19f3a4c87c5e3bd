namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>
/// What promises a time has it measured when the other tests of this project are over, and one at a time.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
