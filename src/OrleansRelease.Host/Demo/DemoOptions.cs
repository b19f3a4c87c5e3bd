using OrleansRelease.Host.Samples;

namespace OrleansRelease.Host.Demo;

/// <summary>What the demo is to show, and what it leaves behind.</summary>
internal sealed record DemoOptions(bool Keep, bool Json, SampleFault Bad, bool OnlyBad);
