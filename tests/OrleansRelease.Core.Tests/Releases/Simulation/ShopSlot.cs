using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>A slot with the real book of leases; what it has to say it says until it is heard.</summary>
internal sealed class ShopSlot(Shop shop, SlotKey key)
{
    private int _number;

    public LeaseBook Book { get; private set; } = LeaseBook.Empty;

    public int Generation { get; private set; }

    public void Take(EffectAction.ClaimSlot claim) =>
        Entered(Book.Enter(new Claim(claim.Passage, claim.Rank, claim.WhenBusy, claim.Number)));

    public void Take(EffectAction.ReturnSlot back) => Entered(Book.Return(back.Passage, back.Number));

    private void Entered((LeaseBook Book, System.Collections.Immutable.ImmutableArray<LeaseMove> Moves) entered)
    {
        Book = entered.Book;
        foreach (var move in entered.Moves) Tell(move);
    }

    private void Tell(LeaseMove move)
    {
        switch (move)
        {
            case LeaseMove.Grant grant:
                // Nobody is overtaken where he waits: each slot keeps him back for one that had begun, at most.
                if (Book.Waiting.Any(claim => claim.Rank.IsBefore(grant.To.Rank)))
                    shop.Blame(8, $"{grant.To} gets {key} before somebody who goes first");
                var id = new RolloutId(key, ++_number);
                shop.Add(new ShopRollout(shop, id, grant.To.Passage));
                shop.TellPassage(grant.To.Passage, new PassageInput.SlotGranted(
                    key.Service, grant.To.Number, new Grant(id, ++Generation, VersionName.From("1.0"))));
                break;
            case LeaseMove.Wound wound:
                shop.TellPassage(wound.Holder.Passage, new PassageInput.SlotWanted(
                    key.Service, wound.Holder.Number, wound.By.Passage));
                break;
            case LeaseMove.Refuse refuse:
                shop.TellPassage(refuse.Asked.Passage, new PassageInput.SlotRefused(
                    key.Service, refuse.Asked.Number, refuse.Before.Passage));
                break;
            case LeaseMove.Supersede old:
                shop.TellPassage(old.Old.Passage, new PassageInput.Supersede(old.By.Passage));
                break;
            default:
                throw new InvalidOperationException($"{move}");
        }
    }
}
