using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>One line of the router's own log. Times are unix milliseconds.</summary>
internal sealed record RouterEvent(
    long At, string Event, string? Slot, string? Fence, Dictionary<string, int>? Weights,
    string? Version, long From, long Started, long Total)
{
    /// <summary>How a router that was just started misbehaves.</summary>
    public string? Fault { get; init; }

    /// <summary>What is refused from this change on; null: nothing.</summary>
    public JsonObject? Shedding { get; init; }

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<RouterEvent> Read(string path) =>
        [.. File.ReadAllLines(path).Where(line => line.Length > 0).Select(Parse)];

    public static RouterEvent Parse(string line) => JsonSerializer.Deserialize<RouterEvent>(line, Options)!;

    /// <summary>Epoch, generation, ordinal; the higher wins.</summary>
    public (int Epoch, int Generation, int Ordinal) Number =>
        Fence!.Split('.') is [var epoch, var generation, var ordinal]
            ? (int.Parse(epoch), int.Parse(generation), int.Parse(ordinal))
            : throw new FormatException($"'{Fence}' is not a fence");
}
