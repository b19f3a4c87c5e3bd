using OrleansRelease.Host.Samples;

namespace OrleansRelease.Host.Demo;

/// <summary>What the demo is to show, all of it where nothing is named, and what it leaves behind.</summary>
internal sealed record DemoOptions(bool Keep, bool Json, SampleFault Bad, string? Only)
{
    public const string BadVersion = "bad";

    public const string Shop = "shop";
}
