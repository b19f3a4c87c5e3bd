using System.Data.Common;

namespace OrleansRelease.Storage.Databases;

/// <summary>What whoever asks a store again and again waits out, and does not take for a bug.</summary>
internal static class Outage
{
    public static bool Is(Exception error) =>
        error is DbException or TimeoutException or IOException or StoreUnavailableException;
}
