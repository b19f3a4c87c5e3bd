using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Trails;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>Where a failure of this version is to be looked at.</summary>
internal sealed class TrailResolver(Ledger ledger, Fill fill)
{
    private const string Origin = "environment";

    public TracesConnection? Traces(TracesChoice? traces)
    {
        switch (traces)
        {
            case TracesChoice.Tempo tempo:
                const string path = "connections.traces.tempo";
                ledger.Note($"{path}.url", tempo.Url, Origin);
                ledger.NoteAccess(path, (tempo.Bearer, tempo.Basic, tempo.Ca, tempo.Certificate), Origin);
                if (tempo.Tenant is { } tenant) ledger.Note($"{path}.tenant", tenant, Origin);
                var query = ledger.PickText($"{path}.query", TraceQuery.BuiltIn, [(tempo.Query, Origin)]);
                return new(
                    TracesConnection.Tempo, new Uri(fill.Address(tempo.Url)), fill.Traces(query), tempo.Bearer,
                    tempo.Basic, tempo.Ca, tempo.Certificate, tempo.Tenant);
            case TracesChoice.Memory:
                ledger.Note("connections.traces.memory", "{}", Origin);
                return new(TracesConnection.Memory, null, fill.Traces(TraceQuery.BuiltIn));
            default:
                return null;
        }
    }

    // A rollout starts without an address that its version cannot stand in: it is judged all the same.
    public TrailLinks? Links(LinksSpec? links)
    {
        if (links is null or { Logs: null, Trace: null }) return null;
        if (links.Logs is { } said) ledger.Note("links.logs", said, Origin);
        if (links.Trace is { } shown) ledger.Note("links.trace", shown, Origin);
        var (logs, noLogs) = links.Logs is { } text ? fill.Link(text) : (null, null);
        // The names of service and environment are plain: they stand in every address.
        return new(logs, links.Trace is { } trace ? fill.Link(trace).Link : null, noLogs);
    }
}
