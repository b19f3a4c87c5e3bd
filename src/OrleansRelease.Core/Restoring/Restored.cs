using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Restoring;

/// <summary>
/// The store was restored, so the record may be older than the world: nothing is done outside before somebody has
/// looked at what is really there. Null once the record was found to hold.
/// </summary>
[JsonDerivedType(typeof(Unseen), "unseen")]
[JsonDerivedType(typeof(Differs), "differs")]
[JsonDerivedType(typeof(Accepted), "accepted")]
public abstract record Restored
{
    /// <summary>How soon it is looked at again after router or target did not answer.</summary>
    public static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(10);

    private Restored()
    {
    }

    /// <summary>
    /// It is to be looked at; <see cref="Problem"/> is why the last look failed. After an abort meanwhile,
    /// <see cref="IsAborted"/>, what is there is taken back as soon as it was seen.
    /// </summary>
    public sealed record Unseen(int Epoch, DateTimeOffset LookAt, string? Problem = null, bool IsAborted = false)
        : Restored;

    /// <summary>What is there is not what is on record: a person decides.</summary>
    public sealed record Differs(int Epoch, Observation Seen, ImmutableArray<string> Differences) : Restored;

    /// <summary>A person said that it goes on from what is there; a way back takes that back, too.</summary>
    public sealed record Accepted(int Epoch, Observation Seen) : Restored;
}

/// <summary>Questions that it answers.</summary>
public static class RestoredQuestions
{
    extension(Restored? restored)
    {
        /// <summary>Nothing may be done outside yet.</summary>
        public bool IsOpen => restored is Restored.Unseen or Restored.Differs;

        /// <summary>What was there and is not on record, as far as a person has accepted it.</summary>
        public Observation? Taken => (restored as Restored.Accepted)?.Seen;
    }
}
