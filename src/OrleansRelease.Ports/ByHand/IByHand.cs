using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Ports.ByHand;

/// <summary>
/// What an adapter does, as words that a POSIX shell understands: for a person, when this system is gone. Each command
/// looks first whether it is so already, and looks once more when it has done it.
/// </summary>
public interface IByHand
{
    /// <summary>The adapter's name.</summary>
    string Name { get; }

    /// <summary>The shell functions that its commands call; they stand in a script once.</summary>
    string Functions { get; }

    /// <summary>Says where a slot is, for the commands after it; null, with the reason, when nobody could.</summary>
    (string? Command, string Reason) At(RolloutSpec spec);

    /// <summary>Leaves the slot alone, with the reason, where somebody else has moved it since.</summary>
    string Look { get; }

    /// <summary>From here on the slot takes nothing more from the lease under which it was moved.</summary>
    string Close { get; }
}

/// <summary>Versions started and taken down by hand.</summary>
public interface ITargetByHand : IByHand
{
    string Ensure(RolloutSpec spec, VersionName version);

    string TakeDown(RolloutSpec spec, VersionName version);
}

/// <summary>Requests sent where they were before.</summary>
public interface ITrafficByHand : IByHand
{
    string SendBack(RolloutSpec spec);
}
