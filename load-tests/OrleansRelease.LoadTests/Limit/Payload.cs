using OrleansRelease.Benchmarks;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Rows;

namespace OrleansRelease.LoadTests.Limit;

/// <summary>What a ten-step canary writes in its middle: the state and the transition that led to it.</summary>
internal static class Payload
{
    private static readonly Canary Middle = Canary.RunToEnd(maxTransitions: 40);

    private static readonly string State = Vocabulary.Write(Middle.Row);

    public static int Bytes => Frame("rollout", "key", 1).Length;

    public static RowRecord Record(string kind, string key, long sequence) => new()
    {
        Columns = new RowColumns(
            kind, key, sequence, Middle.Row.At, "Progressing", ServiceName.From("checkout"),
            EnvironmentName.From("production"), VersionName.From("3.2.0"), "sha256:0", Middle.Row.NextWake),
        Payload = State,
        Transition = Middle.LastTransition,
    };

    /// <summary>As the store gets it.</summary>
    public static byte[] Frame(string kind, string key, long sequence) => RowFrame.Write(Record(kind, key, sequence));
}
