namespace OrleansRelease.Core.Tests.Attribution;

/// <summary>What is wrong in a trial.</summary>
internal enum Kind
{
    /// <summary>The new version fails some of its requests, and its own service is looked at.</summary>
    Own,

    /// <summary>The same, and a service is looked at that calls it, directly or through others.</summary>
    Through,

    /// <summary>It begins to fail minutes after its step.</summary>
    Late,

    /// <summary>It fails a little more every minute.</summary>
    Leak,

    /// <summary>Its answers look good to itself; who calls it fails of them.</summary>
    Silent,

    /// <summary>What it does breaks requests of both versions, in proportion to its share.</summary>
    Both,

    /// <summary>Two of them are at fault at once.</summary>
    Two,

    /// <summary>A service that no rollout touches fails.</summary>
    OutsideUntouched,

    /// <summary>A service with a rollout fails, whatever its version is.</summary>
    OutsideUnder,

    /// <summary>More users than a service can bear.</summary>
    OutsideSpike,

    /// <summary>All that runs in one of three zones fails.</summary>
    OutsideZone,
}

/// <summary>One rollout of a trial: which service, when it starts, what shares it goes through and how fast.</summary>
internal sealed record Plan(int Service, int Start, double[] Shares, int Minutes);

/// <summary>The culprit, the step from which on it is at fault, how much later, how much and how slowly.</summary>
internal sealed record Culprit(int Plan, int Step, int Delay, double Effect, int Growing);
