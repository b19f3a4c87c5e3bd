namespace OrleansRelease.Grains.Inquiries;

/// <summary>How services are looked at while rollouts move.</summary>
public sealed record InquiryOptions
{
    /// <summary>How often each environment is looked at.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a look may take: what it has not come to has its turn in the next one.</summary>
    public TimeSpan LookTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>The length of the stretches in which requests are counted.</summary>
    public TimeSpan Stretch { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How far back requests are counted.</summary>
    public TimeSpan Past { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many services are asked about in one look.</summary>
    public int MostServices { get; init; } = 256;
}
