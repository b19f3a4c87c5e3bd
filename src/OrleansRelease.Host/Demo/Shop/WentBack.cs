using System.Globalization;
using System.Text.Json;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Host.Demo.Shop;

/// <summary>
/// A version of a service that was taken back, by what the router and its own instances wrote down: when its requests
/// went to the version before, and when the last that was heard of it. Times are unix milliseconds.
/// </summary>
internal sealed record WentBack(string Service, long RequestsBack, long Gone)
{
    /// <param name="folder">Where they have written.</param>
    /// <param name="environment">Of which services.</param>
    /// <param name="version">Of which version of all of them.</param>
    /// <param name="since">What was before says nothing.</param>
    public static IReadOnlyList<WentBack> Read(
        DemoFolder folder, EnvironmentName environment, string version, DateTimeOffset since) =>
    [
        .. ShopManifests.Services
            .Select(service => Of(
                folder, new SlotKey(service, environment), version, since.ToUnixTimeMilliseconds()))
            .OfType<WentBack>(),
    ];

    private static WentBack? Of(DemoFolder folder, SlotKey slot, string version, long since)
    {
        var requests = RequestsBackAt(folder.RouterLog, slot, version, since);
        var gone = Directory.EnumerateFiles(folder.Logs, ShopManifests.ServedBy(slot, version))
            .Select(LastHeardAt).Where(at => at >= since).DefaultIfEmpty(0).Max();
        return requests is null && gone == 0 ? null : new($"{slot.Service}", requests ?? gone, gone);
    }

    // The first share of nothing after one of something.
    private static long? RequestsBackAt(string log, SlotKey slot, string version, long since)
    {
        var had = false;
        foreach (var line in WholeLines(log).Where(line => line.Contains("\"applied\"", StringComparison.Ordinal)))
        {
            using var read = JsonDocument.Parse(line);
            var at = read.RootElement.GetProperty("at").GetInt64();
            if (at < since || read.RootElement.GetProperty("slot").GetString() != $"{slot}") continue;
            var share = read.RootElement.GetProperty("weights").TryGetProperty(version, out var weight)
                ? weight.GetInt32()
                : 0;
            if (had && share == 0) return at;
            had |= share > 0;
        }

        return null;
    }

    private static long LastHeardAt(string log) => WholeLines(log)
        .Select(line => long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)).LastOrDefault();

    // It may be being written.
    private static string[] WholeLines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
