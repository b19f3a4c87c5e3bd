using OrleansRelease.Core.Manifests.Resolving;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Addresses that people open, with what is filled in.</summary>
internal static class LinksReader
{
    private static readonly string[] WindowWords = [TrailLinks.WindowStart, TrailLinks.WindowEnd];

    private static readonly string[] LogsWords = [.. Addresses.SlotWords, "version", .. WindowWords];

    private static readonly string[] TraceWords = [TrailLinks.TraceId, .. Addresses.SlotWords, .. WindowWords];

    public static LinksSpec? Read(Field? field)
    {
        if (field?.Object("{logs: URL, trace: URL}") is not { } fields) return null;
        var links = new LinksSpec(
            Link(fields.Take("logs"), LogsWords), Trace(fields.Take("trace")));
        fields.End();
        return links;
    }

    private static string? Trace(Field? field)
    {
        if (field is null || Link(field, TraceWords) is not { } text) return null;
        if (Template.Names(text).Contains(TrailLinks.TraceId)) return text;
        field.Report(ProblemCode.BadPlaceholder, "this is the same address for every trace", "{{traceId}} in it");
        return null;
    }

    // A name of the slot may be a part of a host; whoever chooses a version must not choose where people are sent.
    private static string? Link(Field? field, string[] words)
    {
        if (field?.Address(words, isOpened: true) is not { } text) return null;
        if (Template.Names(Addresses.HostOf(text)).All(name => Addresses.SlotWords.Contains(name!))) return text;
        field.Report(ProblemCode.BadPlaceholder, "only service and environment may be a part of a host",
            "the others behind the host");
        return null;
    }
}
