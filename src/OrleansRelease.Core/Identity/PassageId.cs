using System.Globalization;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Identity;

/// <summary>
/// The n-th time that a release goes through an environment, written <c>release.environment.n</c>. A release's name may
/// have dots, an environment's has none.
/// </summary>
[JsonConverter(typeof(NameConverter<PassageId>))]
public readonly record struct PassageId(ReleaseName Release, EnvironmentName Environment, int Number) : IName<PassageId>
{
    public static string Shape => "RELEASE.ENVIRONMENT.NUMBER";

    public static PassageId? Parse(string? text)
    {
        var last = text?.LastIndexOf('.') ?? -1;
        var middle = last > 0 ? text!.LastIndexOf('.', last - 1) : -1;
        return middle > 0
            && ReleaseName.Parse(text![..middle]) is { } release
            && EnvironmentName.Parse(text[(middle + 1)..last]) is { } environment
            && int.TryParse(text[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0 && text[last + 1] != '0'
            ? new PassageId(release, environment, number)
            : null;
    }

    public static PassageId From(string? text) => NameText.From<PassageId>(text);

    /// <summary>A rollout of no release counts as a release of one, which is called by the rollout's name.</summary>
    public static PassageId Of(RolloutId rollout) =>
        new(ReleaseName.From($"{rollout.Slot.Service}"), rollout.Slot.Environment, rollout.Number);

    public static implicit operator PassageId(RolloutId rollout) => Of(rollout);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Release}.{Environment}.{Number}");
}
