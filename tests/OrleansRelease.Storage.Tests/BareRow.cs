using OrleansRelease.Ports.Storage;
using OrleansRelease.Storage.Databases;

namespace OrleansRelease.Storage.Tests;

/// <summary>The least that a row can hold, for those who ask how many are written rather than what.</summary>
internal static class BareRow
{
    public static RowWrite Write(string key, int? etag = null, string state = "{}") => new(
        new RowColumns(
            "rollout", key, (etag ?? 0) + 1, GrainRow.Start, "Pending", null, null, null, null, null),
        etag, null, state, "{}");
}
