using System.Security.Cryptography;
using System.Text;

namespace OrleansRelease.Core.Tests.Simulation.Invariants;

/// <summary>
/// 10: each transition names the hash of the one before it, over the stored bytes; the row has the last one.
/// </summary>
internal sealed class ChainVerifies() : Invariant(10)
{
    private string _head = "";
    private long _sequence;

    public override void OnCommitted(Commit commit)
    {
        Require(commit.Read.Sequence == ++_sequence, $"#{commit.Read.Sequence} where {_sequence} was next");
        Require(commit.Read.Previous == _head, $"#{_sequence} does not follow on {_head}");
        _head = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(commit.Text)));
        Require(
            commit.After.Head == _head && commit.After.Sequence == _sequence,
            $"the row does not have the head of #{_sequence}");
    }
}
