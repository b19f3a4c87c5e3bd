namespace OrleansRelease.Adapters;

/// <summary>What the adapters need to know of the machine they run on.</summary>
public sealed record AdaptersOptions
{
    /// <summary>The folder in which adapters keep what must survive a restart.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Also offer the in-memory adapters, which run nothing: for tests and for measuring.</summary>
    public bool WithMemory { get; init; }
}
