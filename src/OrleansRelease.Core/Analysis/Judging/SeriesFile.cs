using System.Collections.Immutable;
using System.Text.Json;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// Measurements of several metrics in a file: an object with a list for each metric, by its name in the template. In a
/// list a bare number is a value, true or false whether a check held, and null is no data.
/// </summary>
public sealed record SeriesFile(ImmutableSortedDictionary<string, ImmutableArray<SeriesReading>> Series)
{
    /// <summary>What would be right.</summary>
    public const string Shape = """{"METRIC": [0.2, null, {"bad": 3, "total": 500}, {"error": "why"}]}""";

    private const string Elements = "a number, true, false, null, " + GivenMeasurement.Shape;

    public static Judgement<SeriesFile> Read(string json)
    {
        var problems = new FieldProblems();
        var series = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<SeriesReading>>(
            StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (var one in document.RootElement.EnumerateObject())
                {
                    if (series.ContainsKey(one.Name))
                        problems.Add(one.Name, null, "it is in the file twice", "each metric once");
                    else
                        series.Add(one.Name, List(one.Value, one.Name, problems));
                }
            }
            else
            {
                problems.Add("(file)", null, "it is not an object", Shape);
            }
        }
        catch (JsonException malformed)
        {
            problems.Add("(file)", null, $"it is not JSON: {malformed.Message}", Shape);
        }

        if (problems.IsEmpty && series.Count == 0) problems.Add("(file)", null, "there is no metric in it", Shape);
        return problems.IsEmpty
            ? new Judgement<SeriesFile>.Made(new(series.ToImmutable()))
            : new Judgement<SeriesFile>.Refused(problems.All);
    }

    private static ImmutableArray<SeriesReading> List(JsonElement list, string path, FieldProblems problems)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            problems.Add(path, null, "it is not a list", $"a list of {Elements}");
            return [];
        }

        if (list.GetArrayLength() > AssessRequest.MostMeasurements)
        {
            problems.Add(path, null, "there are too many", $"at most {AssessRequest.MostMeasurements}");
            return [];
        }

        var readings = ImmutableArray.CreateBuilder<SeriesReading>();
        foreach (var (element, i) in list.EnumerateArray().Select((element, i) => (element, i)))
        {
            if (One(element) is { } reading)
                readings.Add(reading);
            else
                problems.Add($"{path}[{i}]", element.GetRawText(), "it is no measurement", Elements);
        }

        return readings.ToImmutable();
    }

    private static SeriesReading? One(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.Null => new(new Reading.NoData("null in the file")),
                JsonValueKind.True => GivenMeasurement.Read(new GivenMeasurement(Holds: true)),
                JsonValueKind.False => GivenMeasurement.Read(new GivenMeasurement(Holds: false)),
                JsonValueKind.Number => new(new Reading.Value(element.GetDouble())),
                JsonValueKind.Object => GivenMeasurement.Read(
                    element.Deserialize<GivenMeasurement>(Vocabulary.Options)),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
