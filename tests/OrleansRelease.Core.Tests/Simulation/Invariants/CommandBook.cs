using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>Which commands the log of one durable thing has, whatever kind of thing it is.</summary>
internal sealed class CommandBook
{
    private readonly HashSet<CommandId> _applied = [];

    /// <summary>What is wrong with one more transition; null when nothing is.</summary>
    public string? Problem(Command? command) =>
        command is null || _applied.Add(command.Id) ? null : $"{command.Id} was applied twice";

    /// <summary>What is wrong now that it is over; null when nothing is.</summary>
    public string? ProblemAtTheEnd(IEnumerable<CommandId> acknowledged) =>
        acknowledged.Where(id => !_applied.Contains(id))
            .Select(id => $"{id} was acknowledged and is not on record").FirstOrDefault();
}
